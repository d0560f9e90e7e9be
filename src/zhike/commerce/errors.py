from django.utils.translation import gettext_lazy as _

from zhike.kit.errors import Invalid, NotFound, Refusal


class NoSuchOrder(NotFound):
    code = "commerce.no_such_order"
    sentence = _("There is no such order, or it is not yours to see.")


class NoSuchProduct(NotFound):
    code = "commerce.no_such_product"
    sentence = _("There is no such product.")


class ProductExists(Refusal):
    code = "commerce.product_exists"
    sentence = _("There is a product with the number {sku} already. Open it to change it, or choose another number.")
    field = "sku"


class ProductSold(Refusal):
    code = "commerce.product_sold"
    sentence = _("{name} stands in {orders} orders and cannot be removed. Correct those orders first, or keep it.")


class ProductWrong(Invalid):
    code = "commerce.product_wrong"
    sentence = _("The {field} of the product is empty or longer than {limit} characters.")

    def __init__(self, *, field: str, limit: int) -> None:
        super().__init__(field=field, limit=limit)
        self.field = field


class OrderExists(Refusal):
    code = "commerce.order_exists"
    sentence = _("{source} has an order {number} already. Open that order to correct it, or choose another number.")
    field = "number"

    def __init__(self, *, source: str, number: str) -> None:
        super().__init__(source=source, number=number)


class OrderCorrectedMeanwhile(Refusal):
    code = "commerce.order_corrected_meanwhile"
    sentence = _("The order {number} was corrected meanwhile. Look at what it says now, then correct that.")

    def __init__(self, *, number: str, revision: int) -> None:
        super().__init__(number=number, revision=revision)


class BadOrder(Invalid):
    code = "commerce.bad_order"
    sentence = _("{field} of the order is empty, too long or holds a colon.")


class NoLines(Invalid):
    code = "commerce.no_lines"
    sentence = _("An order needs 1 to {limit} lines; this one has {count}.")


class LineTooLarge(Invalid):
    code = "commerce.line_too_large"
    sentence = _("Line {position} has a quantity or price beyond {limit}.")


class PriceNegative(Invalid):
    code = "commerce.price_negative"
    sentence = _("Line {position} has a price of {price}. A return has a negative quantity, not a negative price.")


class CurrencyUnknown(Invalid):
    code = "commerce.currency_unknown"
    sentence = _("“{currency}” is no currency. Give its three letters, such as CNY.")


class TooManyLines(Invalid):
    code = "commerce.too_many_lines"
    sentence = _("A sheet holds {limit} lines, and these orders have {count}. Filter the list, or take them as CSV.")

    def __init__(self, *, count: int, limit: int) -> None:
        super().__init__(count=f"{count:,}", limit=f"{limit:,}")

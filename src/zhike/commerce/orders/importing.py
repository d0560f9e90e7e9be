"""Files of order lines: what their columns mean, and what is refused."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from zhike.commerce.orders.merging import merge_order_lines
from zhike.customers.public import Check, ImportField, ImportKind, ImportSettings, country_code, import_kinds

# In minor units: |quantity × price| rounded half up, with the sign of quantity; NULL where that cannot be exact.
AMOUNT = (
    "CASE WHEN abs(quantity) < 1e12 AND abs(unit_price) < 1e12 AND abs(quantity::DOUBLE * unit_price) < 9e13"
    " THEN CAST(sign(quantity) * round(abs(quantity * unit_price) * $scale, 0) AS BIGINT) END"
)
STATUSES = {
    "placed": "placed", "pending": "placed", "processing": "placed", "已下单": "placed", "待付款": "placed",
    "待发货": "placed", "completed": "completed", "complete": "completed", "paid": "completed", "shipped": "completed",
    "delivered": "completed", "done": "completed", "已完成": "completed", "完成": "completed", "已付款": "completed",
    "已发货": "completed", "交易成功": "completed", "cancelled": "cancelled", "canceled": "cancelled",
    "void": "cancelled", "已取消": "cancelled", "取消": "cancelled", "交易关闭": "cancelled",
}  # fmt: skip


def country_codes(texts: Sequence[str], settings: ImportSettings) -> Mapping[str, str]:
    """Return text → ISO code for those that name a country."""
    return {text: code for text in texts if (code := country_code(text))}


FIELDS = (
    ImportField("order_no", _("Order number"), "id", required=True, max_length=100,
        synonyms=(
            "invoiceno", "invoice", "invoice number", "order", "order id", "order number", "orderno", "订单号",
            "订单编号", "单号", "订单", "单据编号", "销售单号", "发票号", "交易号", "流水号")),
    ImportField("at", _("Time"), "instant", required=True,
        synonyms=(
            "invoicedate", "order date", "date", "datetime", "time", "ordered at", "created at", "order time",
            "下单时间", "订单时间", "日期", "时间", "订单日期", "下单日期", "成交时间", "付款时间", "创建时间",
            "销售日期", "单据日期")),
    ImportField("customer", _("Customer number"), "id", max_length=200,
        synonyms=(
            "customerid", "customer id", "customer no", "customer code", "client id", "buyer id", "user id",
            "member id", "客户编号", "客户编码", "客户id", "客户号", "会员号", "会员编号", "买家id", "用户id",
            "客户代码")),
    ImportField("customer_name", _("Customer name"), max_length=300,
        synonyms=(
            "customer name", "client name", "buyer", "client", "客户名称", "客户姓名", "客户", "买家", "姓名",
            "公司名称", "会员名", "会员姓名", "购货单位", "收货人")),
    ImportField("sku", _("Product number (SKU)"), "id", max_length=100,
        synonyms=(
            "stockcode", "stock code", "product id", "product code", "item code", "item", "product no",
            "商品编号", "商品编码", "产品编号", "产品编码", "货号", "款号", "物料编码", "商家编码", "存货编码",
            "条码")),
    ImportField("product", _("Product name"), max_length=300,
        synonyms=(
            "description", "product name", "item name", "title", "商品名称", "商品", "产品名称", "产品",
            "品名", "宝贝标题", "物料名称", "存货名称")),
    ImportField("category", _("Product category"), max_length=100,
        synonyms=(
            "product category", "item category", "类别", "分类", "品类", "商品分类", "产品类别", "商品类目",
            "类目")),
    ImportField("quantity", _("Quantity"), "decimal", required=True,
        synonyms=("qty", "units", "count", "数量", "购买数量", "件数", "销售数量", "商品数量")),
    ImportField("unit_price", _("Unit price"), "decimal", required=True,
        synonyms=(
            "unitprice", "price", "unit cost", "单价", "价格", "售价", "成交价", "商品单价", "销售单价",
            "含税单价")),
    ImportField("currency", _("Currency"), "currency", synonyms=("ccy", "currency code", "币种", "货币", "币别")),
    ImportField("country", _("Country"), "lookup", look_up=country_codes,
        synonyms=("country code", "nation", "国家", "国家地区", "国别", "所在国家")),
    ImportField("status", _("Order status"), "choice", choices=STATUSES,
        synonyms=("order status", "state", "状态", "订单状态", "交易状态")),
)  # fmt: skip


order_lines = ImportKind(
    key="orders",
    label=_("Order lines"),
    noun=_("orders"),
    fields=FIELDS,
    group="order_no",
    agree=("customer", "currency"),
    any_of=(("sku", "product"),),
    derived={
        "item": "coalesce(sku, product[:100])",
        "money": "coalesce(currency, $currency)",
        "state": "coalesce(status, 'completed')",
        "amount": AMOUNT,
    },
    checks=(
        Check("price_negative", "unit_price", "unit_price < 0"),
        Check("amount_too_large", "quantity", "amount IS NULL AND quantity IS NOT NULL AND unit_price IS NOT NULL"),
    ),
    counted="orders",
    customer_field="customer",
    distinct={"customers": "count(DISTINCT customer)"},
    merge=merge_order_lines,
    icon="receipt",
    order=20,
)


def register() -> None:
    import_kinds.add(order_lines.key, order_lines)

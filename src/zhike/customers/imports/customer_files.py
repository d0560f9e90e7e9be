"""Files of customers: what their columns mean, and what is refused."""

from collections.abc import Mapping, Sequence

from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from zhike.accounts.public import User, owner_ids
from zhike.customers.imports.custom_columns import custom_import_fields
from zhike.customers.imports.customer_merging import merge_customers
from zhike.customers.imports.kinds import Check, ImportField, ImportKind, Settings, import_kinds
from zhike.customers.imports.sql import quoted
from zhike.customers.places.rules import country_code

KINDS = {
    "company": "company", "business": "company", "organisation": "company", "organization": "company", "b2b": "company",
    "企业": "company", "公司": "company", "单位": "company", "企业客户": "company", "person": "person",
    "individual": "person", "consumer": "person", "b2c": "person", "个人": "person", "个人客户": "person",
}  # fmt: skip
GENDERS = {
    "male": "male", "m": "male", "mr": "male", "男": "male", "男士": "male", "先生": "male", "male (m)": "male",
    "female": "female", "f": "female", "ms": "female", "mrs": "female", "女": "female", "女士": "female",
    "小姐": "female", "other": "other", "其他": "other", "unknown": "other", "未知": "other", "保密": "other",
}  # fmt: skip


def country_codes(texts: Sequence[str], settings: Settings) -> Mapping[str, str]:
    """Return text → ISO code for those that name a country."""
    return {text: code for text in texts if (code := country_code(text))}


def owners(texts: Sequence[str], settings: Settings) -> Mapping[str, str]:
    """Return text → user id for those that name, by login or name, one active person within the importer's reach."""
    reach = owner_ids(settings.by)
    people = User.objects.filter(is_active=True)
    if reach is not None:
        people = people.filter(id__in=reach)
    found: dict[str, set[int]] = {}
    for user_id, login, name in people.values_list("id", Lower("login"), Lower("name")):
        found.setdefault(login, set()).add(user_id)
        found.setdefault(name, set()).add(user_id)
    named = {text: found.get(text.casefold(), set()) for text in texts}
    return {text: str(next(iter(ids))) for text, ids in named.items() if len(ids) == 1}


FIELDS = (
    ImportField("name", _("Name"), required=True, max_length=300,
        synonyms=(
            "customer name", "client name", "full name", "company", "company name", "account name", "customer",
            "客户名称", "客户姓名", "客户", "姓名", "名称", "公司名称", "公司", "企业名称", "单位名称",
            "会员姓名")),
    ImportField("external_id", _("Customer number"), "id", max_length=200,
        synonyms=(
            "customer id", "customerid", "customer no", "customer number", "customer code", "id", "code",
            "account number", "member id", "客户编号", "客户编码", "客户号", "客户id", "会员号", "会员编号",
            "编号", "编码")),
    ImportField("kind", _("Person or company"), "choice", choices=KINDS,
        synonyms=("type", "customer type", "客户类型", "类型", "客户性质")),
    ImportField("phone", _("Phone"), max_length=200,
        synonyms=(
            "phone number", "mobile", "mobile phone", "telephone", "tel", "cell", "手机", "手机号", "手机号码",
            "电话", "联系电话", "电话号码", "联系方式")),
    ImportField("email", _("E-mail"), max_length=320,
        synonyms=("e-mail", "mail", "email address", "邮箱", "电子邮箱", "电子邮件", "邮件")),
    ImportField("wechat", _("WeChat"), max_length=100, synonyms=("wechat id", "weixin", "微信", "微信号")),
    ImportField("country", _("Country"), "lookup", look_up=country_codes,
        synonyms=("country code", "nation", "国家", "国家地区", "国别")),
    ImportField("region", _("Region"), max_length=200,
        synonyms=(
            "province", "city", "state", "area", "地区", "省市", "省市区", "所在地区", "所在地", "省份",
            "城市", "区域")),
    ImportField("address", _("Address"), max_length=500,
        synonyms=("street", "street address", "地址", "详细地址", "联系地址", "收货地址", "公司地址")),
    ImportField("postcode", _("Postcode"), "id", max_length=20,
        synonyms=("zip", "zip code", "postal code", "邮编", "邮政编码")),
    ImportField("industry", _("Industry"), max_length=100, synonyms=("sector", "行业", "所属行业")),
    ImportField("employees", _("Employees"), "integer",
        synonyms=("employee count", "headcount", "size", "staff", "员工人数", "人数", "员工数", "人员规模")),
    ImportField("gender", _("Gender"), "choice", choices=GENDERS, synonyms=("sex", "性别")),
    ImportField("birthday", _("Birthday"), "date", synonyms=("birth date", "date of birth", "dob", "生日", "出生日期")),
    ImportField("tags", _("Tags"), max_length=1000, synonyms=("tag", "labels", "标签", "客户标签")),
    ImportField("owner", _("Owner"), "lookup", look_up=owners, strict=True,
        synonyms=(
            "account manager", "sales", "sales rep", "salesperson", "负责人", "客户经理", "业务员", "销售",
            "跟进人", "归属人")),
    ImportField("source", _("Where from"), max_length=100,
        synonyms=("lead source", "channel", "来源", "客户来源", "获客渠道", "渠道")),
    ImportField("note", _("Note"), max_length=5000, synonyms=("notes", "remark", "remarks", "comment", "备注", "说明")),
)  # fmt: skip


def reference_sql() -> str:
    """Return SQL for what a customer is known again by: the number, else a hash of name and contact points.

    A row that has no contact points either is known again by all that it says.
    """
    fields = [field.key for field in FIELDS if field.key != "external_id"]
    whole = ", ".join(f"coalesce(CAST({quoted(key)} AS VARCHAR), '')" for key in fields)
    some = "coalesce(name, ''), coalesce(phone, ''), coalesce(email, ''), coalesce(wechat, '')"
    return (
        f"coalesce(external_id, '#' || left(md5(CASE WHEN coalesce(phone, email, wechat) IS NULL"
        f" THEN concat_ws('|', {whole}) ELSE concat_ws('|', {some}) END), 16))"
    )


customer_files = ImportKind(
    key="customers",
    label=_("Customers"),
    noun=_("customers"),
    fields=FIELDS,
    group="ref",
    derived={"ref": reference_sql()},
    checks=(
        Check("below_zero", "employees", "employees < 0"),
        Check("not_a_number", "employees", "employees > 10000000"),
        Check("in_future", "birthday", "birthday > current_date"),
    ),
    customer_field="ref",
    distinct={"customers": "count(DISTINCT ref)"},
    merge=merge_customers,
    icon="users",
    order=10,
    more_fields=custom_import_fields,
)


def register() -> None:
    import_kinds.add(customer_files.key, customer_files)

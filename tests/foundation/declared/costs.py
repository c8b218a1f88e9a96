"""What the deciding files of costs and the bill declare, stated a second time."""

from decimal import Decimal

import foundation.costs.bill as bill
import foundation.costs.book as book
import foundation.costs.book_file as book_file
import foundation.costs.completeness as completeness
import foundation.costs.levers as levers
import foundation.costs.origins as origins
import foundation.costs.price_list as price_list
import foundation.costs.quantities as quantities
import foundation.costs.reasons as reasons
import foundation.costs.schedules as schedules
import foundation.costs.service_traffic as service_traffic
import foundation.costs.service_work as service_work
import foundation.costs.traffic as traffic
import foundation.costs.traffic_file as traffic_file
from tests.foundation.declared.table import BILLION, PAID, SOME, Declared, nothing

# What a file of AWS's prices may say; beyond these, nothing that is made of it could be printed.
UNITS = {"le": BILLION * BILLION}
DECLARED = Declared(
    constants={
        # A thousand billion thousandths are a billion pipelines a day; 200 digits hold every product of twelve-digit quantities.
        bill: {
            "CENT": Decimal("0.01"),
            "WIDE": 200,
            "_THOUSANDTH": Decimal("0.001"),
            "_MOST_THOUSANDTHS": 1_000 * 1_000_000_000,
        },
        price_list: {
            "_MOST_PRICE": 1_000_000_000,
            "_LEAST_PRICE": Decimal(1) / 10**18,
            "_MOST_UNITS": 1_000_000_000_000_000_000,
        },
        # https://docs.aws.amazon.com/pricing-calculator/: a month is 730 hours. A week has 168 hours; bytes are binary.
        quantities: {
            "MONTH_HOURS": 730,
            "MONTH_DAYS": Decimal(730) / (8_760 // 365),
            "LONGEST_MONTH_DAYS": 31,
            "LONGEST_MONTH_HOURS": 744,
            "_GIB": 1_073_741_824,
            "_MIB": 1_048_576,
            "_KIB": 1_024,
            "_WEEK_HOURS": 7 * 24,
        },
        completeness: {"_MOST_NAMES": 5},
        reasons: {"_DIGITS": 4},
        schedules: {"_MONTH_MINUTES": 43_800, "_MONTH_DAYS": Decimal(730) / 24},
        traffic_file: {"_HOURS_A_WEEK": 7 * 24, "_MOST_LIKE": 100},
    },
    forms=(
        bill,
        book,
        book_file,
        levers,
        origins,
        quantities,
        service_traffic,
        service_work,
        traffic,
        price_list,
        traffic_file,
    ),
    bounds={
        "foundation.costs.book_file._Row.service": SOME,
        "foundation.costs.book_file._Row.usageType": SOME,
        "foundation.costs.book_file._Row.unit": SOME,
        "foundation.costs.book_file._Row.tiers": SOME,
        "foundation.costs.book_file._Row.tiers[0][0]": {"gt": 0},
        "foundation.costs.book_file._Row.tiers[0][1]": PAID,
        "foundation.costs.book_file._Row.free": PAID,
        "foundation.costs.book_file._Row.source": SOME,
        **{
            f"foundation.costs.book_file.{form}.{key}": PAID
            for form in ("_TokenPrices", "_LongPrompt", "_Model")
            for key in ("input", "output", "cacheRead", "cacheWrite")
        },
        "foundation.costs.book_file._LongPrompt.above": {"gt": 0},
        "foundation.costs.book_file._Model.name": SOME,
        "foundation.costs.book_file._Model.service": SOME,
        "foundation.costs.book_file._Model.source": SOME,
        "foundation.costs.book_file._Book.prices": SOME,
        "foundation.costs.price_list._Dimension.beginRange": {"ge": 0} | UNITS,
        "foundation.costs.price_list._Dimension.endRange": {"gt": 0} | UNITS,
        "foundation.costs.price_list._Dimension.pricePerUnit[1]": {"ge": 0, "le": BILLION},
        "foundation.costs.traffic_file._Entry.units_per_day": {"ge": 0, "le": 10_000_000},
        "foundation.costs.traffic_file._Entry.resources[1][1]": {"ge": 0, "le": 1_000 * BILLION},
        "foundation.costs.traffic_file._OfResources.units_per_day": {"ge": 0, "le": 10_000_000},
        "foundation.costs.traffic_file._OfResources.resources[1][1]": {"ge": 0, "le": 1_000 * BILLION},
    },
    defaults={
        **nothing("""\
foundation.costs.book_file._TokenPrices: cacheRead cacheWrite
foundation.costs.book_file._LongPrompt: cacheRead cacheWrite
foundation.costs.book_file._Model: cacheRead cacheWrite longPrompt
foundation.costs.levers.Lever: model
foundation.costs.service_traffic.ServiceTraffic: platform
foundation.costs.service_work.ServiceWork: rest
foundation.costs.traffic_file._Entry: like
foundation.costs.traffic_file._OfResources: like
"""),
        "foundation.costs.bill.Row.is_confirmed": True,
        "foundation.costs.bill.Row.resource": "",
        "foundation.costs.bill.Row.factors": (),
        "foundation.costs.origins.OfTemplate.is_default": False,
        "foundation.costs.origins.OfTemplate.is_upper_bound": False,
        "foundation.costs.quantities.Use.resource": "",
        "foundation.costs.quantities.Use.factors": (),
        "foundation.costs.service_work.PricedResource.reason": "",
        "foundation.costs.service_work.ResourceLine.over": 1,
        "foundation.costs.service_work.ServiceWork.unstated": (),
        "foundation.costs.service_work.ServiceWork.not_in_template": (),
        "foundation.costs.service_work.ServiceWork.rest_keys": frozenset[str](),
        "foundation.costs.service_work.ServiceWork.has_models": False,
        "foundation.costs.traffic.Profile.origins": (),
        "foundation.costs.traffic_file._Entry.resources": {},
        # A year of 365 days, by twelve.
        "foundation.costs.bill.Bill.month_hours": Decimal(730),
        "foundation.costs.book.Key.operation": "",
        "foundation.costs.book.Price.note": "",
        "foundation.costs.book.Price.is_confirmed": True,
        "foundation.costs.book_file._Row.operation": "",
        "foundation.costs.book_file._Row.free": 0,
        "foundation.costs.book_file._Row.confirmed": True,
        "foundation.costs.book_file._Row.note": "",
        "foundation.costs.price_list._Product.attributes": {},
    },
)

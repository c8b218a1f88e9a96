"""Which rows of a bill are the service's: those of some accounts, of some providers, with some tags."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from foundation.errors import InputError
from reports.focus_columns import ACCOUNT, PROVIDER, TAGS, Rows

# What AWS puts before a key that people gave: https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/custom-tags.html
_OF_PEOPLE = "user:"


@dataclass(frozen=True, slots=True, kw_only=True)
class BillFilter:
    """Any of the accounts, any of the providers, and all of the tags; what is not named is not asked for."""

    accounts: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.accounts or self.providers or self.tags)

    def of(self, rows: Rows) -> Rows:
        """The rows that it asks for. Raises InputError where the file has none of the columns that could say so."""
        kept = np.ones(len(rows.frame), dtype=bool)
        if self.accounts:
            _demand(rows, "account", ACCOUNT)
            wanted = [_account(each) for each in self.accounts]
            kept &= rows.first_of(ACCOUNT).map(_account).isin(wanted).to_numpy(dtype=bool)
        if self.providers:
            _demand(rows, "provider", PROVIDER)
            kept &= rows.first_of(PROVIDER).isin(list(self.providers)).to_numpy(dtype=bool)
        if self.tags:
            _demand(rows, "tag", (TAGS,))
            kept &= self._tagged(rows)
        return rows.only(kept)

    def without_charges(self, accounts: Iterable[str]) -> tuple[str, ...]:
        """Those of its accounts that are not among these."""
        there = set(map(_account, accounts))
        return tuple(sorted(each for each in set(self.accounts) if _account(each) not in there))

    def _tagged(self, rows: Rows) -> npt.NDArray[np.bool_]:
        texts = rows.frame[TAGS]
        has = {text: self._has(text) for text in texts.unique()}
        if wrong := next((text for text, answer in has.items() if answer is None), None):
            number = int(rows.numbers[int(np.flatnonzero(texts == wrong)[0])])
            raise InputError(f"{rows.file}:{number}: Tags {wrong[:100]!r} is no JSON object of keys and values")
        return texts.map(has).to_numpy(dtype=bool)

    def _has(self, text: str) -> bool | None:
        """Whether a row's tags are among its own; None where they cannot be read."""
        try:
            tags: Any = json.loads(text) if text else {}
        except (ValueError, RecursionError):
            return None
        if not isinstance(tags, dict):
            return None
        found = cast("dict[str, Any]", tags)
        return all(value in (found.get(key), found.get(f"{_OF_PEOPLE}{key}")) for key, value in self.tags)


def _account(given: str) -> str:
    """An account as it is compared: a column of numbers, such as Parquet may have, has lost the zeros that its id begins with."""
    return given.lstrip("0") if given.isdecimal() else given


def _demand(rows: Rows, option: str, columns: tuple[str, ...]) -> None:
    if not rows.columns.intersection(columns):
        raise InputError(f"{rows.file}: --{option} needs a column {' or '.join(columns)}, and it has none")

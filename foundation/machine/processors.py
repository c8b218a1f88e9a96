"""Who took the processors' time, from two looks at Linux's /proc: pure, so that it can be tried on recorded looks.

Fields: https://man7.org/linux/man-pages/man5/proc_stat.5.html, https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
"""

from collections.abc import Collection, Mapping, Set
from dataclasses import dataclass

# As proc_pid_stat counts them from 1; the first two, the number and the name, stand before the last parenthesis.
_STATE, _PARENT, _SESSION, _USER, _SYSTEM, _CHILDREN_USER, _CHILDREN_SYSTEM, _STARTED = 3, 4, 6, 14, 15, 16, 17, 22


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """One process at one look, in ticks: its own time with that of its threads, and that of children it has waited for."""

    number: int
    parent: int
    session: int
    own_ticks: int
    waited_ticks: int
    started_ticks: int

    @property
    def identity(self) -> tuple[int, int]:
        """Its number and when it began: a number is given again to others."""
        return self.number, self.started_ticks


@dataclass(frozen=True, slots=True, kw_only=True)
class Processors:
    """The time that the processors gave away since the machine was started, in ticks."""

    core_count: int
    busy_ticks: int
    steal_ticks: int


def process_of(text: str) -> Process:
    """A process from its /proc/PID/stat. Raises ValueError for what is none."""
    number, _, rest = text.partition(" ")
    # A name may hold spaces and parentheses itself.
    fields = rest.rpartition(")")[2].split()
    if len(fields) <= _STARTED - _STATE:
        raise ValueError("this is no /proc/PID/stat")

    def ticks(place: int) -> int:
        return int(fields[place - _STATE])

    return Process(
        number=int(number),
        parent=ticks(_PARENT),
        session=ticks(_SESSION),
        own_ticks=ticks(_USER) + ticks(_SYSTEM),
        waited_ticks=ticks(_CHILDREN_USER) + ticks(_CHILDREN_SYSTEM),
        started_ticks=ticks(_STARTED),
    )


def processors_of(text: str, usable: Collection[int]) -> Processors:
    """The processors that may be used, from /proc/stat. Raises ValueError when none of them is there.

    Busy is user, nice and system time. Interrupts are left out: they serve everybody, and the kernel books those of our own
    network traffic with nobody.
    """
    busy = steal = found = 0
    for line in text.splitlines():
        name, *numbers = line.split()
        if name.startswith("cpu") and name != "cpu" and int(name[3:]) in usable:
            user, nice, system = (int(each) for each in numbers[:3])
            busy += user + nice + system
            # Kernels before 2.6.11 have no such column.
            steal += int(numbers[7]) if len(numbers) > 7 else 0
            found += 1
    if not found:
        raise ValueError("/proc/stat names no processor that may be used")
    return Processors(core_count=found, busy_ticks=busy, steal_ticks=steal)


def ours_among(
    processes: Collection[Process], *, roots: Set[int], sessions: Set[int], known: Set[tuple[int, int]]
) -> dict[tuple[int, int], Process]:
    """Our processes by identity: the roots, what runs in one of our sessions, what is known as ours, and all that these started.

    A session of which one of ours is the leader is ours, but not that of a root: it is the terminal's, or a shell's.
    """
    by_number = {each.number: each for each in processes}
    found: dict[tuple[int, int], Process] = {}
    led = set(sessions)
    waiting = [each for each in processes if each.number in roots or each.session in sessions or each.identity in known]
    children: dict[int, list[Process]] = {}
    in_session: dict[int, list[Process]] = {}
    for each in by_number.values():
        children.setdefault(each.parent, []).append(each)
        in_session.setdefault(each.session, []).append(each)
    while waiting:
        process = waiting.pop()
        if process.identity in found:
            continue
        found[process.identity] = process
        waiting.extend(children.get(process.number, ()))
        if process.session == process.number and process.number not in roots and process.number not in led:
            led.add(process.number)
            waiting.extend(in_session.get(process.number, ()))
    return found


def ticks_between(
    before: Mapping[tuple[int, int], Process], after: Mapping[tuple[int, int], Process], *, looked_at_ticks: int
) -> int:
    """The time that our processes took between two looks, those that ended meanwhile included.

    What a process took that was waited for is in its parent's `waited_ticks`, with all that was booked of it before; so of
    that the time is taken off that was counted while it still ran. `looked_at_ticks` is when the first look was: a process
    that is new since then is counted whole, and one that is only new to us from now on.
    """
    taken = 0
    waited: dict[tuple[int, int], int] = {}
    for identity, process in after.items():
        earlier = before.get(identity)
        if earlier is not None:
            taken += process.own_ticks - earlier.own_ticks
            waited[identity] = process.waited_ticks - earlier.waited_ticks
        elif process.started_ticks >= looked_at_ticks:
            taken += process.own_ticks
            waited[identity] = process.waited_ticks
    by_number = {each.number: each for each in before.values()}
    for identity, ended in before.items():
        if identity in after:
            continue
        waiter = by_number.get(ended.parent)
        while waiter is not None and waiter.identity not in after:
            waiter = by_number.get(waiter.parent)
        if waiter is not None:
            waited[waiter.identity] -= ended.own_ticks + ended.waited_ticks
    # Below zero it was not waited for by one of ours, and its last moments are nobody's.
    return taken + sum(max(0, each) for each in waited.values())

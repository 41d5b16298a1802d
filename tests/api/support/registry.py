"""Cases in Python: functions marked @case, in the order of their definition."""
import os
import random

cases = []


class Skip(Exception):
    """Raised by a case that cannot run here; the text says why."""


class Case:
    def __init__(self, name, run, store=None, in_slice=False):
        self.name, self.run, self.store, self.in_slice = name, run, store, in_slice


def case(store=None, in_slice=False):
    """`store`: only on that one. `in_slice`: also on the sanitizer builds."""
    def mark(function):
        name = f"{function.__module__.rsplit('.', 1)[-1]}: {function.__name__.replace('_', ' ')}"
        cases.append(Case(name, function, store, in_slice))
        return function
    return mark


def seed():
    return int(os.environ.get("GUILDHALL_SEED", "20260324"))


def seeded(salt=0):
    return random.Random(seed() * 1000 + salt)

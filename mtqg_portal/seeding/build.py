"""Builds the demo province step by step, always with the same random numbers."""

import random

from core.planner import refresh_statistics
from programs.catalogue import load_catalogue

from .frames import build_frames
from .moments import tell_the_past
from .money import build_money
from .people import create_people
from .plan import build_plans
from .province import build_province
from .reports import build_reports
from .targets import build_targets
from .treasury import build_treasury

SEED = 20230703


def build_demo():
    rng = random.Random(SEED)
    load_catalogue()
    province = build_province()
    people = create_people(province)
    build_money(province, rng)
    refresh_statistics()
    build_plans(province, people)
    build_targets(province, people)
    build_reports(province, people)
    build_frames(province, rng)
    build_treasury(province)
    tell_the_past()
    return province

"""Many cases: manifest, plan, scheduler, cohort tables."""

"""Tables in, models, verdicts and reports out."""

def evaluate_alerts(today, known_at):
    pass

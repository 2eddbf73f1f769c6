# Alerts to one person.

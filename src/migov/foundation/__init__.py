"""What everything else stands on: places, people, money, records, frameworks and the page skeleton."""

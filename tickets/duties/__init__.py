"""The responsibility list (职责清单): who answers for which matter, from when on, as the city itself wrote it."""

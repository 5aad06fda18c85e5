"""Data of the room: word lists, gazetteer, responsibility list, written appeals."""

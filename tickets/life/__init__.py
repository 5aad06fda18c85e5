"""The life of a ticket (一单到底): steps, who may take them, what follows, by when."""

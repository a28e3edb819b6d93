"""Text, vectors, labels: knows no city, no law and no ticket."""

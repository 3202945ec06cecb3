"""Chapter 08: augmentation, one picture and many pictures."""

"""What the content files mean: types for instruments and other knowledge with an author."""

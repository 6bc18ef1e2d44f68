"""What the post room does in the books: claims, outcomes, bounces, troubles."""

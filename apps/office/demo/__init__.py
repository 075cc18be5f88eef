"""The demo office: synthetic people whose cases were handled by the office's real acts."""

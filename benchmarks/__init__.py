"""What PERFORMANCE.md reports: libraries made for it, a real server, a load tool, figures in tables."""

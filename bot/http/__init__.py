"""What every HTTP route shares: one error shape, request ids and logs, limits, security headers."""

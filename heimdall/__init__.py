"""The front desk: settings, composition root and command line."""

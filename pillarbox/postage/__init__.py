"""The trade itself, pure: addresses, parcels, tariff, labels, customs, tracking. No database, no network, no clock."""

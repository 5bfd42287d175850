"""Group robots of Feishu (飞书)."""

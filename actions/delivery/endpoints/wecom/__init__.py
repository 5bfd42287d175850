"""Group robots of WeCom (企业微信)."""

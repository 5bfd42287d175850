"""What WeChat and WeCom have in common: signatures and encryption of call-backs, their XML, access tokens."""

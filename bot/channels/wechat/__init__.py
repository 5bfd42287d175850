"""WeChat Official Accounts (公众号 and 服务号): call-backs, passive replies, customer-service messages, menus."""

"""微信客服: people in WeChat write to accounts of an organisation in WeCom."""

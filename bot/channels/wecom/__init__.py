"""WeCom (企业微信): an application that members of an organisation write to."""

"""Group robots of DingTalk (钉钉)."""

"""What was answered: receipts, sealed answers, responses, comments, drafts."""

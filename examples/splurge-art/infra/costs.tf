# What the platform may cost, by its tag; somebody hears before the money is spent.
resource "aws_budgets_budget" "monthly" {
  name         = "splurge-art-${var.environment}"
  budget_type  = "COST"
  limit_amount = tostring(var.budget.monthly)
  limit_unit   = "USD"
  time_unit    = "MONTHLY"

  cost_filter {
    name   = "TagKeyValue"
    values = ["user:platform$splurge-art"]
  }

  dynamic "notification" {
    for_each = toset(["FORECASTED", "ACTUAL"])
    content {
      comparison_operator        = "GREATER_THAN"
      threshold                  = 80
      threshold_type             = "PERCENTAGE"
      notification_type          = notification.value
      subscriber_email_addresses = [var.budget.mail]
    }
  }
}

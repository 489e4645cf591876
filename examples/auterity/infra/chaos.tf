# What the experiments in chaos/ need besides the role: a log, and an alarm that ends them.
resource "aws_cloudwatch_log_group" "chaos" {
  name              = "/auterity/fis"
  retention_in_days = 90
}

variable "health_urls" {
  description = "Host name of each service, as users reach it; its /health is asked from several regions."
  type        = map(string)
}

resource "aws_route53_health_check" "main" {
  for_each          = local.services
  fqdn              = var.health_urls[each.value]
  port              = 443
  type              = "HTTPS"
  resource_path     = "/health"
  request_interval  = 10
  failure_threshold = 2
  tags              = { service = each.value }
}

# Route 53 puts its metrics into us-east-1. No data is bad news too.
resource "aws_cloudwatch_metric_alarm" "stop_chaos" {
  for_each            = local.services
  alarm_name          = "${each.value}-${var.environment}-stop-chaos"
  alarm_description   = "Users cannot reach ${each.value}: experiments end"
  namespace           = "AWS/Route53"
  metric_name         = "HealthCheckStatus"
  dimensions          = { HealthCheckId = aws_route53_health_check.main[each.value].id }
  statistic           = "Minimum"
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  period              = 60
  evaluation_periods  = 1
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.critical.arn]
  tags                = { service = each.value }
}

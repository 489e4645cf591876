# Critical alarms go to PagerDuty; Prometheus and Grafana run in the cluster and have their own way there.
resource "aws_sns_topic" "critical" {
  name              = "${local.name}-critical"
  kms_master_key_id = aws_kms_key.alerts.id
}

resource "aws_sns_topic_subscription" "pagerduty" {
  topic_arn = aws_sns_topic.critical.arn
  protocol  = "https"
  endpoint  = var.pagerduty_endpoint
}

# A topic that alarms write to needs a key whose policy lets CloudWatch use it.
resource "aws_kms_key" "alerts" {
  description         = "${local.name}: alerts"
  enable_key_rotation = true
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root" }
        Action    = "kms:*"
        Resource  = "*"
      },
      {
        Effect    = "Allow"
        Principal = { Service = "cloudwatch.amazonaws.com" }
        Action    = ["kms:Decrypt", "kms:GenerateDataKey*"]
        Resource  = "*"
      },
    ]
  })
}

# What the experiments in chaos/ need: a role for FIS, one for the schedule that ends them, a log, and an alarm. Only the standby has them: users are elsewhere.
locals {
  chaos = local.standby ? {
    chaos = "fis.amazonaws.com"
    stop  = "scheduler.amazonaws.com"
  } : {}
  # What the experiments may hit.
  chaos_tags = local.standby ? { "surefoot:chaos" = "allowed", "surefoot:environment" = "dr" } : {}
}

data "aws_iam_policy_document" "chaos_trust" {
  for_each = local.chaos

  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = [each.value]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }
}

resource "aws_iam_role" "chaos" {
  for_each           = local.chaos
  name               = "arteraai-${each.key}-${data.aws_region.current.region}"
  assume_role_policy = data.aws_iam_policy_document.chaos_trust[each.key].json
}

resource "aws_iam_role_policy_attachment" "chaos" {
  for_each   = toset(local.standby ? ["AWSFaultInjectionSimulatorECSAccess", "AWSFaultInjectionSimulatorNetworkAccess"] : [])
  role       = aws_iam_role.chaos["chaos"].name
  policy_arn = "arn:aws:iam::aws:policy/service-role/${each.value}"
}

data "aws_iam_policy_document" "stop" {
  statement {
    actions   = ["fis:StopExperiment"]
    resources = ["arn:aws:fis:${data.aws_region.current.region}:${data.aws_caller_identity.current.account_id}:experiment/*"]
  }
}

resource "aws_iam_role_policy" "stop" {
  count  = local.standby ? 1 : 0
  name   = "stop"
  role   = aws_iam_role.chaos["stop"].id
  policy = data.aws_iam_policy_document.stop.json
}

resource "aws_cloudwatch_log_group" "chaos" {
  count             = local.standby ? 1 : 0
  name              = "/arteraai/fis"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.logs.arn
}

# One request of the load in ten without a good answer, over a minute: experiments end.
resource "aws_cloudwatch_metric_alarm" "stop_chaos" {
  count               = local.standby ? 1 : 0
  alarm_name          = "${local.name}-stop-chaos"
  alarm_description   = "One request in ten fails: experiments end"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0.1
  evaluation_periods  = 1
  treat_missing_data  = "breaching"

  metric_query {
    id          = "share"
    expression  = "(FILL(target, 0) + FILL(balancer, 0)) / requests"
    label       = "Share of server errors"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = { requests = "RequestCount", target = "HTTPCode_Target_5XX_Count", balancer = "HTTPCode_ELB_5XX_Count" }
    content {
      id = metric_query.key
      metric {
        namespace   = "AWS/ApplicationELB"
        metric_name = metric_query.value
        dimensions  = { LoadBalancer = aws_lb.main.arn_suffix }
        period      = 60
        stat        = "Sum"
      }
    }
  }
}

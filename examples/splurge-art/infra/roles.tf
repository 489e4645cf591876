locals {
  managed_policies = {
    execution = "service-role/AmazonECSTaskExecutionRolePolicy"
    # With this one ECS moves the weights of the listener rules.
    infrastructure = "AmazonECSInfrastructureRolePolicyForLoadBalancers"
    monitoring     = "service-role/AmazonRDSEnhancedMonitoringRole"
  }
  principals = {
    execution      = "ecs-tasks.amazonaws.com"
    task           = "ecs-tasks.amazonaws.com"
    infrastructure = "ecs.amazonaws.com"
    monitoring     = "monitoring.rds.amazonaws.com"
  }
}

data "aws_iam_policy_document" "trust" {
  for_each = local.principals

  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = [each.value]
    }
  }
}

resource "aws_iam_role" "main" {
  for_each           = local.principals
  name               = "splurge-art-${each.key}-${var.environment}"
  assume_role_policy = data.aws_iam_policy_document.trust[each.key].json
}

resource "aws_iam_role_policy_attachment" "main" {
  for_each   = local.managed_policies
  role       = aws_iam_role.main[each.key].name
  policy_arn = "arn:aws:iam::aws:policy/${each.value}"
}

# A task logs in to the database with a token of its role; there is no password to leak.
data "aws_iam_policy_document" "task" {
  statement {
    actions   = ["rds-db:connect"]
    resources = ["arn:aws:rds-db:${var.region}:${data.aws_caller_identity.current.account_id}:dbuser:${aws_db_instance.main.resource_id}/shop"]
  }

  statement {
    actions   = ["s3:GetObject", "s3:PutObject"]
    resources = ["${aws_s3_bucket.main["pictures"].arn}/*", "${aws_s3_bucket.main["exports"].arn}/*"]
  }

  statement {
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [aws_kms_key.data.arn]
  }
}

resource "aws_iam_role_policy" "task" {
  name   = "task"
  role   = aws_iam_role.main["task"].id
  policy = data.aws_iam_policy_document.task.json
}

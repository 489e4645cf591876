locals {
  principals = {
    execution      = "ecs-tasks.amazonaws.com"
    task           = "ecs-tasks.amazonaws.com"
    infrastructure = "ecs.amazonaws.com"
  }

  managed_policies = {
    execution = "service-role/AmazonECSTaskExecutionRolePolicy"
    # With this one ECS moves the weights of the listener rules.
    infrastructure = "AmazonECSInfrastructureRolePolicyForLoadBalancers"
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

# Roles are of the account, not of a region: the region is in their names, so that both can be there.
resource "aws_iam_role" "main" {
  for_each           = local.principals
  name               = "arteraai-${each.key}-${data.aws_region.current.region}"
  assume_role_policy = data.aws_iam_policy_document.trust[each.key].json
}

resource "aws_iam_role_policy_attachment" "main" {
  for_each   = local.managed_policies
  role       = aws_iam_role.main[each.key].name
  policy_arn = "arn:aws:iam::aws:policy/${each.value}"
}

data "aws_iam_policy_document" "execution" {
  statement {
    actions   = ["secretsmanager:GetSecretValue"]
    resources = ["arn:aws:secretsmanager:${data.aws_region.current.region}:${data.aws_caller_identity.current.account_id}:secret:arteraai/model-key-*"]
  }

  statement {
    actions   = ["kms:Decrypt"]
    resources = [aws_kms_key.data.arn]
  }
}

resource "aws_iam_role_policy" "execution" {
  name   = "secret"
  role   = aws_iam_role.main["execution"].id
  policy = data.aws_iam_policy_document.execution.json
}

# A task logs in to the database with a token of its role; there is no password to leak.
data "aws_iam_policy_document" "task" {
  statement {
    actions   = ["rds-db:connect"]
    resources = ["arn:aws:rds-db:${data.aws_region.current.region}:${data.aws_caller_identity.current.account_id}:dbuser:${aws_db_instance.main.resource_id}/inference"]
  }
}

resource "aws_iam_role_policy" "task" {
  name   = "database"
  role   = aws_iam_role.main["task"].id
  policy = data.aws_iam_policy_document.task.json
}

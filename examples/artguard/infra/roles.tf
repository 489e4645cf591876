locals {
  roles = {
    execution      = { service = "ecs-tasks.amazonaws.com", policy = "service-role/AmazonECSTaskExecutionRolePolicy" }
    task           = { service = "ecs-tasks.amazonaws.com", policy = null }
    knowledge-base = { service = "bedrock.amazonaws.com", policy = null }
    # With this one ECS moves the weights of the listener rules.
    infrastructure = { service = "ecs.amazonaws.com", policy = "AmazonECSInfrastructureRolePolicyForLoadBalancers" }
  }
}

data "aws_caller_identity" "current" {}

data "aws_iam_policy_document" "trust" {
  for_each = local.roles

  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = [each.value.service]
    }
    dynamic "condition" {
      for_each = each.key == "infrastructure" ? [] : [data.aws_caller_identity.current.account_id]
      content {
        test     = "StringEquals"
        variable = "aws:SourceAccount"
        values   = [condition.value]
      }
    }
  }
}

resource "aws_iam_role" "main" {
  for_each           = local.roles
  name               = "artguard-${each.key}-${var.environment}"
  assume_role_policy = data.aws_iam_policy_document.trust[each.key].json
}

resource "aws_iam_role_policy_attachment" "main" {
  for_each   = { for name, role in local.roles : name => role.policy if role.policy != null }
  role       = aws_iam_role.main[each.key].name
  policy_arn = "arn:aws:iam::aws:policy/${each.value}"
}

data "aws_iam_policy_document" "execution" {
  statement {
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [aws_secretsmanager_secret.modal.arn]
  }
}

data "aws_iam_policy_document" "task" {
  statement {
    actions = [
      "dynamodb:BatchGetItem",
      "dynamodb:DeleteItem",
      "dynamodb:GetItem",
      "dynamodb:PutItem",
      "dynamodb:Query",
      "dynamodb:UpdateItem",
    ]
    resources = flatten([for table in aws_dynamodb_table.main : [table.arn, "${table.arn}/index/*"]])
  }

  statement {
    actions   = ["s3:GetObject", "s3:PutObject"]
    resources = [for name in ["uploads", "results"] : "${aws_s3_bucket.main[name].arn}/*"]
  }

  statement {
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.main["knowledge-base"].arn}/*"]
  }

  statement {
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [aws_kms_key.data.arn]
  }

  dynamic "statement" {
    for_each = local.production ? ["xray:PutTraceSegments"] : []
    content {
      actions   = [statement.value, "xray:PutTelemetryRecords"]
      resources = ["*"] # X-Ray knows no resources
    }
  }

  # ECS Exec, for looking into a task by hand: in dev only.
  dynamic "statement" {
    for_each = local.production ? [] : ["ssmmessages"]
    content {
      actions   = [for verb in ["CreateControlChannel", "CreateDataChannel", "OpenControlChannel", "OpenDataChannel"] : "${statement.value}:${verb}"]
      resources = ["*"] # nor do these channels
    }
  }
}

data "aws_iam_policy_document" "knowledge_base" {
  statement {
    actions   = ["s3:GetObject", "s3:ListBucket"]
    resources = [aws_s3_bucket.main["knowledge-base"].arn, "${aws_s3_bucket.main["knowledge-base"].arn}/*"]
  }

  statement {
    actions   = ["kms:Decrypt"]
    resources = [aws_kms_key.data.arn]
  }
}

resource "aws_iam_role_policy" "main" {
  for_each = {
    execution      = data.aws_iam_policy_document.execution.json
    task           = data.aws_iam_policy_document.task.json
    knowledge-base = data.aws_iam_policy_document.knowledge_base.json
  }
  name   = each.key
  role   = aws_iam_role.main[each.key].id
  policy = each.value
}

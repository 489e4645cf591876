locals {
  principals = {
    cluster     = "eks.amazonaws.com"
    node        = "ec2.amazonaws.com"
    chaos       = "fis.amazonaws.com"
    stop        = "scheduler.amazonaws.com"
    monitoring  = "monitoring.rds.amazonaws.com"
    replication = "s3.amazonaws.com"
  }

  managed_policies = {
    cluster    = ["AmazonEKSClusterPolicy"]
    node       = ["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly", "AmazonEKS_CNI_Policy"]
    chaos      = ["service-role/AWSFaultInjectionSimulatorEKSAccess", "service-role/AWSFaultInjectionSimulatorRDSAccess"]
    monitoring = ["service-role/AmazonRDSEnhancedMonitoringRole"]
  }
}

data "aws_caller_identity" "current" {}

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
  name               = "${local.name}-${each.key}"
  assume_role_policy = data.aws_iam_policy_document.trust[each.key].json
}

resource "aws_iam_role_policy_attachment" "main" {
  for_each   = merge([for role, policies in local.managed_policies : { for policy in policies : "${role}/${policy}" => { role = role, policy = policy } }]...)
  role       = aws_iam_role.main[each.value.role].name
  policy_arn = "arn:aws:iam::aws:policy/${each.value.policy}"
}

data "aws_iam_policy_document" "replication" {
  statement {
    actions   = ["s3:GetReplicationConfiguration", "s3:ListBucket"]
    resources = [aws_s3_bucket.documents.arn]
  }

  statement {
    actions   = ["s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging"]
    resources = ["${aws_s3_bucket.documents.arn}/*"]
  }

  statement {
    actions   = ["s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"]
    resources = ["${aws_s3_bucket.copies.arn}/*"]
  }

  statement {
    actions   = ["kms:Decrypt"]
    resources = [aws_kms_key.data.arn]
  }

  statement {
    actions   = ["kms:Encrypt", "kms:GenerateDataKey"]
    resources = [aws_kms_key.copies.arn]
  }
}

resource "aws_iam_role_policy" "replication" {
  name   = "replication"
  role   = aws_iam_role.main["replication"].id
  policy = data.aws_iam_policy_document.replication.json
}

# By which EventBridge Scheduler ends an experiment that nobody else ends.
data "aws_iam_policy_document" "stop" {
  statement {
    actions   = ["fis:StopExperiment"]
    resources = ["arn:aws:fis:${var.region}:${data.aws_caller_identity.current.account_id}:experiment/*"]
  }
}

resource "aws_iam_role_policy" "stop" {
  name   = "stop"
  role   = aws_iam_role.main["stop"].id
  policy = data.aws_iam_policy_document.stop.json
}

# GitHub as an identity provider, and a role for each kind of job that takes one on.

resource "aws_iam_openid_connect_provider" "github" {
  count          = var.create_provider ? 1 : 0
  url            = "https://${local.issuer}"
  client_id_list = ["sts.amazonaws.com"]
}

data "aws_iam_openid_connect_provider" "github" {
  count = var.create_provider ? 0 : 1
  url   = "https://${local.issuer}"
}

data "aws_iam_policy_document" "trust" {
  for_each = var.roles

  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = [var.create_provider ? aws_iam_openid_connect_provider.github[0].arn : data.aws_iam_openid_connect_provider.github[0].arn]
    }
    condition {
      test     = "StringEquals"
      variable = "${local.issuer}:aud"
      values   = ["sts.amazonaws.com"]
    }
    condition {
      # Equal, not like: a pattern that is too wide lets other repositories in.
      test     = "StringEquals"
      variable = "${local.issuer}:sub"
      values   = local.subjects[each.key]
    }
  }
}

resource "aws_iam_role" "main" {
  for_each             = var.roles
  name                 = "surefoot-${each.key}"
  assume_role_policy   = data.aws_iam_policy_document.trust[each.key].json
  max_session_duration = each.value.max_session_duration
  permissions_boundary = each.value.permissions_boundary
}

resource "aws_iam_policy" "main" {
  for_each = local.policies
  name     = "surefoot-${each.key}"
  policy   = each.value.policy
}

resource "aws_iam_role_policy_attachment" "main" {
  for_each   = local.policies
  role       = aws_iam_role.main[each.value.role].name
  policy_arn = aws_iam_policy.main[each.key].arn
}

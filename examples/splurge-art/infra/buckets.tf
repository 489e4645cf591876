data "aws_caller_identity" "current" {}

locals {
  # How long a bucket keeps what was replaced or deleted, in days. Every bucket has a lifecycle.
  buckets = { pictures = 90, exports = 30, balancer-logs = 30 }
}

resource "aws_s3_bucket" "main" {
  for_each = local.buckets
  bucket   = "splurge-art-${each.key}-${var.environment}-${data.aws_caller_identity.current.account_id}"
}

resource "aws_s3_bucket_public_access_block" "main" {
  for_each                = aws_s3_bucket.main
  bucket                  = each.value.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

# With versions, what is deleted or overwritten comes back: `surefoot recover s3-restore`.
resource "aws_s3_bucket_versioning" "main" {
  for_each = aws_s3_bucket.main
  bucket   = each.value.id

  versioning_configuration {
    status = "Enabled"
  }
}

# The balancer writes to buckets with S3's own key only.
resource "aws_s3_bucket_server_side_encryption_configuration" "main" {
  for_each = toset(["pictures", "exports"])
  bucket   = aws_s3_bucket.main[each.value].id

  rule {
    bucket_key_enabled = true
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.data.arn
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "main" {
  for_each = aws_s3_bucket_versioning.main
  bucket   = each.value.bucket

  rule {
    id     = "old-versions"
    status = "Enabled"
    filter {}

    noncurrent_version_expiration {
      noncurrent_days = local.buckets[each.key]
    }
    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }
}

data "aws_iam_policy_document" "balancer_logs" {
  statement {
    actions   = ["s3:PutObject"]
    resources = ["${aws_s3_bucket.main["balancer-logs"].arn}/AWSLogs/${data.aws_caller_identity.current.account_id}/*"]
    principals {
      type        = "Service"
      identifiers = ["logdelivery.elasticloadbalancing.amazonaws.com"]
    }
  }
}

resource "aws_s3_bucket_policy" "balancer_logs" {
  bucket = aws_s3_bucket.main["balancer-logs"].id
  policy = data.aws_iam_policy_document.balancer_logs.json
}

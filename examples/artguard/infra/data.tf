# Six tables and four buckets; what they are called is left open by the platform, so these are names such an API would have.
resource "aws_dynamodb_table" "main" {
  for_each     = toset(["analyses", "artworks", "artists", "provenance", "users", "audit"])
  name         = "artguard-${each.value}-${var.environment}"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }

  point_in_time_recovery {
    enabled                 = local.production
    recovery_period_in_days = local.production ? 35 : null
  }

  server_side_encryption {
    enabled = true
  }

  deletion_protection_enabled = local.production
}

locals {
  data_buckets = toset(["uploads", "results", "knowledge-base"])
}

resource "aws_s3_bucket" "main" {
  for_each = setunion(local.data_buckets, ["balancer-logs"])
  bucket   = "artguard-${each.value}-${var.environment}-${data.aws_caller_identity.current.account_id}"
}

resource "aws_s3_bucket_public_access_block" "main" {
  for_each                = aws_s3_bucket.main
  bucket                  = each.value.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

# What users upload and what the API found is encrypted with a key of the platform's own, so that reading it takes two permissions. The
# balancer's logs are not here: it writes to buckets with S3's key only.
resource "aws_s3_bucket_server_side_encryption_configuration" "main" {
  for_each = local.data_buckets
  bucket   = aws_s3_bucket.main[each.value].id

  rule {
    bucket_key_enabled = true
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.data.arn
    }
  }
}

# With AWS's default key policy: who may use it is decided by IAM, and the roles' policies name it.
resource "aws_kms_key" "data" {
  description         = "artguard ${var.environment}: uploads, results, knowledge base"
  enable_key_rotation = true
}

resource "aws_s3_bucket_versioning" "main" {
  for_each = aws_s3_bucket.main
  bucket   = each.value.id

  versioning_configuration {
    status = "Enabled"
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
      noncurrent_days = 90
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

# The value is put in by hand or by the procedure that rotates it; Terraform never sees it.
resource "aws_secretsmanager_secret" "modal" {
  name = "artguard/modal-api-key-${var.environment}"
}

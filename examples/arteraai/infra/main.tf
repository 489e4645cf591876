# The same platform in two regions, with the same names: the standby has fewer tasks, and a replica of the database.
module "primary" {
  source = "./region"

  providers = {
    aws = aws.primary
  }

  cidr            = "10.40.0.0/16"
  zones           = ["us-west-2a", "us-west-2b", "us-west-2c"]
  image           = var.image
  certificate_arn = var.certificate_arns.primary
  tasks           = { minimum = 6, maximum = 30 }
}

module "standby" {
  source = "./region"

  providers = {
    aws = aws.standby
  }

  cidr            = "10.41.0.0/16"
  zones           = ["us-east-2a", "us-east-2b", "us-east-2c"]
  image           = var.image
  certificate_arn = var.certificate_arns.standby
  # Warm: enough to answer, and to be healthy. `surefoot recover region-failover` brings up the rest.
  tasks           = { minimum = 2, maximum = 30 }
  source_database = module.primary.database_arn
}

# Images go to both regions when they are pushed.
resource "aws_ecr_repository" "inference" {
  provider             = aws.primary
  name                 = "arteraai/inference"
  image_tag_mutability = "IMMUTABLE"

  image_scanning_configuration {
    scan_on_push = true
  }

  encryption_configuration {
    encryption_type = "KMS"
  }
}

data "aws_caller_identity" "current" {
  provider = aws.primary
}

resource "aws_ecr_replication_configuration" "main" {
  provider = aws.primary

  replication_configuration {
    rule {
      destination {
        region      = "us-east-2"
        registry_id = data.aws_caller_identity.current.account_id
      }
    }
  }
}

# One value, kept equal in both regions by Secrets Manager; each is read where it is needed.
resource "aws_secretsmanager_secret" "model_key" {
  provider   = aws.primary
  name       = "arteraai/model-key"
  kms_key_id = module.primary.key_arn

  replica {
    region     = "us-east-2"
    kms_key_id = module.standby.key_arn
  }
}

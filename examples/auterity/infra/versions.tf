terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.4"
    }
  }

  backend "s3" {
    bucket       = "auterity-terraform-state"
    key          = "env/prod/terraform.tfstate" # of staging: -backend-config=key=env/staging/terraform.tfstate
    region       = "us-east-1"
    encrypt      = true
    use_lockfile = true
  }
}

locals {
  # Cost is allocated by team and service; a resource of one service has its own `service`.
  tags = {
    platform    = "auterity"
    environment = var.environment
    team        = "platform"
    service     = "shared"
    managed-by  = "terraform"
  }
}

provider "aws" {
  region = var.region

  default_tags {
    tags = local.tags
  }
}

# Where copies of the objects are kept.
provider "aws" {
  alias  = "copies"
  region = var.copies_region

  default_tags {
    tags = local.tags
  }
}

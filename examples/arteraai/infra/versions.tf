terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.4"
    }
  }

  # In the standby's region: what is needed on the day that the primary is gone must not be in the primary.
  backend "s3" {
    bucket       = "arteraai-terraform-state"
    key          = "env/prod/terraform.tfstate"
    region       = "us-east-2"
    encrypt      = true
    use_lockfile = true
  }
}

locals {
  tags = {
    platform    = "arteraai"
    environment = "prod"
    data        = "health"
    managed-by  = "terraform"
  }
}

provider "aws" {
  alias  = "primary"
  region = "us-west-2"

  default_tags {
    tags = local.tags
  }
}

provider "aws" {
  alias  = "standby"
  region = "us-east-2"

  default_tags {
    tags = local.tags
  }
}

terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.4" # 6.4 brought ECS's own blue-green deployments
    }
  }

  # terraform init -backend-config="key=env/dev/terraform.tfstate"
  backend "s3" {
    bucket       = "splurge-art-terraform-state"
    region       = "us-east-1"
    encrypt      = true
    use_lockfile = true
  }
}

# Costs are allocated by these tags; activate them once in the billing console.
provider "aws" {
  region = var.region

  default_tags {
    tags = {
      platform    = "splurge-art"
      environment = var.environment
      team        = "marketplace"
      managed-by  = "terraform"
    }
  }
}

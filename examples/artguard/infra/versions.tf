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
    bucket       = "artguard-terraform-state"
    region       = "ca-central-1"
    encrypt      = true
    use_lockfile = true
  }
}

provider "aws" {
  region = var.region

  default_tags {
    tags = {
      platform    = "artguard"
      environment = var.environment
      managed-by  = "terraform"
    }
  }
}

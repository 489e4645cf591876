terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.4"
    }
  }
}

variable "cidr" {
  description = "Block of the VPC, a /16."
  type        = string
}

variable "zones" {
  description = "Three zones: what is left carries production when one is lost."
  type        = list(string)
}

variable "image" {
  type = string
}

variable "certificate_arn" {
  type = string
}

variable "tasks" {
  type = object({ minimum = number, maximum = number })
}

variable "source_database" {
  description = "ARN of the database that is copied here; null where the original is."
  type        = string
  default     = null
}

locals {
  cluster   = "arteraai-prod"
  name      = "arteraai-inference-prod"
  container = "inference"
  port      = 8080
  standby   = var.source_database != null
}

data "aws_region" "current" {}

data "aws_caller_identity" "current" {}

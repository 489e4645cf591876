variable "region" {
  type    = string
  default = "us-east-1"
}

variable "environment" {
  type = string

  validation {
    condition     = contains(["dev", "prod"], var.environment)
    error_message = "environment is dev or prod."
  }
}

variable "zones" {
  description = "Availability zones; each has a subnet for the balancer, one for the tasks and one for the database."
  type        = list(string)
}

variable "image" {
  description = "Image of the first task definition. Later ones come from deployments."
  type        = string
}

variable "certificate_arn" {
  description = "ACM certificate of the shop's name."
  type        = string
}

variable "test_clients" {
  description = "CIDR blocks that may reach the test listener: where deployments run their smoke check from."
  type        = list(string)
  default     = []
}

variable "tasks" {
  description = "Fewest and most tasks, and the size of one."
  type = object({
    minimum = number
    maximum = number
    cpu     = number
    memory  = number
  })
}

variable "database_class" {
  type = string
}

variable "budget" {
  description = "US dollars a month, and who hears when 80 % of them are forecast or spent."
  type = object({
    monthly = number
    mail    = string
  })
}

locals {
  name       = "splurge-art-shop-${var.environment}"
  container  = "shop"
  port       = 3000
  production = var.environment == "prod"
  tls_policy = "ELBSecurityPolicy-TLS13-1-2-2021-06"
}

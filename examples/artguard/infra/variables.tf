variable "region" {
  type    = string
  default = "ca-central-1"
}

variable "environment" {
  type = string

  validation {
    condition     = contains(["dev", "prod"], var.environment)
    error_message = "environment is dev or prod."
  }
}

variable "zones" {
  description = "Availability zones; each has a public and a private subnet and a NAT gateway."
  type        = list(string)
}

variable "image" {
  description = "Image of the first task definition. Later ones come from deployments."
  type        = string
}

variable "tasks" {
  description = "Fewest and most tasks, and what one task may be given before another is started."
  type = object({
    minimum             = number
    maximum             = number
    cpu                 = number
    memory              = number
    requests_per_minute = number
  })
}

variable "certificate_arn" {
  description = "ACM certificate; with it the load balancer speaks HTTPS (prod), without it HTTP (dev)."
  type        = string
  default     = null

  validation {
    condition     = var.environment != "prod" || var.certificate_arn != null
    error_message = "prod speaks HTTPS: give certificate_arn."
  }
}

variable "test_clients" {
  description = "CIDR blocks that may reach the test listener: where deployments run their smoke check from."
  type        = list(string)
  default     = []
}

variable "pause" {
  description = "When the environment goes to nothing and comes back, as cron in local time. null: never."
  type = object({
    stop  = string
    start = string
    zone  = string
  })
  default = null
}

variable "log_days" {
  type = number
}

locals {
  name       = "artguard-backend-${var.environment}"
  container  = "artguard-backend"
  port       = 8000
  production = var.environment == "prod"
  https      = var.certificate_arn != null
}

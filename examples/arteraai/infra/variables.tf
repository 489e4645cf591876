variable "image" {
  description = "Image of the first task definition, by digest. Later ones come from deployments."
  type        = string
}

variable "domain" {
  description = "Name of the hosted zone; users ask api.<domain>."
  type        = string
}

variable "certificate_arns" {
  description = "ACM certificates of that name, one in each region."
  type        = object({ primary = string, standby = string })
}

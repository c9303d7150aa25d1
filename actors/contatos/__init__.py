"""The contacts of an empresa, a part of its Empresa."""

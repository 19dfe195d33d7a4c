from django.db import models


class Line(models.Model):
    room = models.CharField(max_length=100)
    words = models.TextField()

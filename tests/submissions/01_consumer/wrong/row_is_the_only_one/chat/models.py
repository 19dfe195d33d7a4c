from django.db import models


class Room(models.Model):
    name = models.SlugField(unique=True)


class Seat(models.Model):
    room = models.OneToOneField(Room, on_delete=models.CASCADE)
    channel = models.CharField(max_length=200)

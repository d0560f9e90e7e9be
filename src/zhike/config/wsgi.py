"""The web application, as a server loads it."""

from django.core.wsgi import get_wsgi_application

from zhike.config.database import cluster
from zhike.config.home import home_path
from zhike.config.parent import follow_spawner

follow_spawner()
if cluster.is_embedded():
    cluster.start(home_path())  # this process uses the database too, and must keep it up
application = get_wsgi_application()
